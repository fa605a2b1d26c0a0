/** Not among the services that work: it handles no messages, and takes what people send. */
export const service = {
  name: 'console',
  port: 3108,
  summary:
    'for operators, in a browser: what waits and what failed, the story of a claim, payment runs; pauses, retries and the rest, each with who did it and why',
} as const
