const variables = {
  host: { description: 'A server of the broker; `NATS_URL` names them all.', default: '127.0.0.1' },
  port: { default: '4222' },
}

/** The broker, as one tries things out and as it is in production. */
export const servers = {
  local: {
    host: '{host}:{port}',
    protocol: 'nats',
    title: 'Without TLS',
    description: 'To try things out: any nats-server of 2.10 or newer, with JetStream.',
    variables,
    bindings: { nats: {} },
  },
  production: {
    host: '{host}:{port}',
    protocol: 'tls',
    title: 'With TLS',
    description: 'The configuration of deploy/nats: a user for each service and one for the web apps.',
    variables: { ...variables, host: { ...variables.host, default: 'nats.example.com' } },
    security: [{ $ref: '#/components/securitySchemes/nkey' }],
    bindings: { nats: {} },
  },
} as const

export const securitySchemes = {
  nkey: {
    type: 'asymmetricEncryption',
    description:
      'An nkey (Ed25519): the client signs the server’s nonce. Which subjects each user may use is in deploy/nats/users.conf.',
  },
} as const
