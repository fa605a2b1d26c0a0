import { serviceNames, type ServiceName } from '../../apps/index.js'

export type { ServiceName }

/** @throws where there is no such service */
export function serviceNamed(name: string): ServiceName {
  const service = serviceNames.find((each) => each === name)
  if (!service) throw new Error(`no service ${name}`)
  return service
}

/** The users of the account in which the services work. */
export const userNames = [...serviceNames, 'provision', 'ops', 'console', 'web-app'] as const
export type UserName = (typeof userNames)[number]

/** The user of the server's own account, beside them. */
export const systemUser = 'sys'

/** The variable in which the server is given a user's public key. */
export const keyVariable = (user: UserName | typeof systemUser): string =>
  `HWPV_NKEY_${user.toUpperCase().replaceAll('-', '_')}`
