/** What has become of a payment that a run came upon: `AsyncSchema.Payment.State`. */
export const paymentState = { reserved: 'RESERVED', settled: 'SETTLED', leftOut: 'LEFT-OUT' } as const
