const service = 'https://lsc.gov.uk/benefitchecker/service/1.0'
const messages = `${service}/API_1.0_Check`
const data = 'http://lsc.gov.uk/benefitchecker/data/1.0'

/**
 * What the benefit checker takes and gives, written from the facts in the domain pages: SOAP 1.1, document/literal,
 * one operation. A module and not a file, so that the build has nothing to copy. Its address comes with each call.
 * `soap` sends the request's fields in the namespace of the message, not in that of their types; the service takes
 * both.
 */
export const benefitCheckerWsdl = `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:bc="${service}" xmlns:check="${messages}"
    xmlns:data="${data}" targetNamespace="${service}">
  <types>
    <xsd:schema targetNamespace="${data}" elementFormDefault="qualified">
      <xsd:complexType name="Request">
        <xsd:sequence>
          <xsd:element name="clientOrgId" type="xsd:string"/>
          <xsd:element name="clientUserId" type="xsd:string"/>
          <xsd:element name="clientReference" type="xsd:string"/>
          <xsd:element name="lscServiceName" type="xsd:string"/>
          <xsd:element name="nino" type="xsd:string"/>
          <xsd:element name="surname" type="xsd:string"/>
          <xsd:element name="dateOfBirth" type="xsd:string"/>
          <xsd:element name="dateOfAward" type="xsd:string" nillable="true"/>
        </xsd:sequence>
      </xsd:complexType>
      <xsd:complexType name="Response">
        <xsd:sequence>
          <xsd:element name="originalClientRef" type="xsd:string"/>
          <xsd:element name="benefitCheckerStatus" type="xsd:string"/>
          <xsd:element name="confirmationRef" type="xsd:string"/>
        </xsd:sequence>
      </xsd:complexType>
      <xsd:complexType name="Fault">
        <xsd:sequence>
          <xsd:element name="MessageCode" type="xsd:string"/>
          <xsd:element name="MessageText" type="xsd:string"/>
        </xsd:sequence>
      </xsd:complexType>
    </xsd:schema>
    <xsd:schema targetNamespace="${messages}" elementFormDefault="qualified">
      <xsd:import namespace="${data}"/>
      <xsd:element name="benefitCheckerRequest" type="data:Request"/>
      <xsd:element name="benefitCheckerResponse" type="data:Response"/>
      <xsd:element name="benefitCheckerFaultException" type="data:Fault"/>
    </xsd:schema>
  </types>
  <message name="benefitCheckerRequest"><part name="request" element="check:benefitCheckerRequest"/></message>
  <message name="benefitCheckerResponse"><part name="response" element="check:benefitCheckerResponse"/></message>
  <message name="benefitCheckerFaultException">
    <part name="fault" element="check:benefitCheckerFaultException"/>
  </message>
  <portType name="benefitChecker">
    <operation name="check">
      <input message="bc:benefitCheckerRequest"/>
      <output message="bc:benefitCheckerResponse"/>
      <fault name="benefitCheckerFaultException" message="bc:benefitCheckerFaultException"/>
    </operation>
  </portType>
  <binding name="benefitCheckerSoap" type="bc:benefitChecker">
    <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="check">
      <soap:operation soapAction=""/>
      <input><soap:body use="literal"/></input>
      <output><soap:body use="literal"/></output>
      <fault name="benefitCheckerFaultException">
        <soap:fault name="benefitCheckerFaultException" use="literal"/>
      </fault>
    </operation>
  </binding>
  <service name="benefitCheckerWS">
    <port name="benefitChecker" binding="bc:benefitCheckerSoap"><soap:address location=""/></port>
  </service>
</definitions>`
