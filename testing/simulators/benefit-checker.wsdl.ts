import {
  DATA_NAMESPACE,
  MESSAGE_NAMESPACE,
  REQUEST_FIELDS,
  SERVICE_NAMESPACE,
} from './benefit-checker.messages.js'

const element = (name: string): string =>
  `<xs:element name="${name}" type="xs:string"${name === 'dateOfAward' ? ' nillable="true"' : ''}/>`

const type = (name: string, fields: readonly string[]): string =>
  `<xs:complexType name="${name}"><xs:sequence>${fields.map(element).join('')}</xs:sequence></xs:complexType>`

const part = (name: string): string =>
  `<wsdl:message name="${name}"><wsdl:part name="${name}" element="msg:${name}"/></wsdl:message>`

const TYPES = `<wsdl:types>
<xs:schema targetNamespace="${DATA_NAMESPACE}" elementFormDefault="qualified">
${type('BenefitCheckerRequest', REQUEST_FIELDS)}
${type('BenefitCheckerResponse', ['originalClientRef', 'benefitCheckerStatus', 'confirmationRef'])}
${type('BenefitCheckerFault', ['MessageCode', 'MessageText'])}
</xs:schema>
<xs:schema targetNamespace="${MESSAGE_NAMESPACE}" elementFormDefault="qualified">
<xs:import namespace="${DATA_NAMESPACE}"/>
<xs:element name="benefitCheckerRequest" type="data:BenefitCheckerRequest"/>
<xs:element name="benefitCheckerResponse" type="data:BenefitCheckerResponse"/>
<xs:element name="benefitCheckerFaultException" type="data:BenefitCheckerFault"/>
</xs:schema>
</wsdl:types>`

/** The service's description, for clients that want one; `url` is where it takes checks. */
export const benefitCheckerWsdl = (url: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<wsdl:definitions name="benefitChecker" targetNamespace="${SERVICE_NAMESPACE}" xmlns:tns="${SERVICE_NAMESPACE}"
 xmlns:msg="${MESSAGE_NAMESPACE}" xmlns:data="${DATA_NAMESPACE}" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/">
${TYPES}
${part('benefitCheckerRequest')}
${part('benefitCheckerResponse')}
${part('benefitCheckerFaultException')}
<wsdl:portType name="benefitChecker"><wsdl:operation name="check">
<wsdl:input message="tns:benefitCheckerRequest"/>
<wsdl:output message="tns:benefitCheckerResponse"/>
<wsdl:fault name="benefitCheckerFaultException" message="tns:benefitCheckerFaultException"/>
</wsdl:operation></wsdl:portType>
<wsdl:binding name="benefitCheckerBinding" type="tns:benefitChecker">
<soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
<wsdl:operation name="check"><soap:operation soapAction=""/>
<wsdl:input><soap:body use="literal"/></wsdl:input>
<wsdl:output><soap:body use="literal"/></wsdl:output>
<wsdl:fault name="benefitCheckerFaultException"><soap:fault name="benefitCheckerFaultException" use="literal"/></wsdl:fault>
</wsdl:operation></wsdl:binding>
<wsdl:service name="benefitCheckerWS"><wsdl:port name="benefitChecker" binding="tns:benefitCheckerBinding">
<soap:address location="${url}"/>
</wsdl:port></wsdl:service>
</wsdl:definitions>`
