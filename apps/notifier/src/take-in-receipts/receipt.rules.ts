import { z } from 'zod'

/** Of a receipt, what is looked at: who got it is in it too, and is not read. */
export interface Receipt {
  /** Notify's id. */
  readonly id: string
  /** As it was handed over; null of what others have sent. */
  readonly reference: string | null
  readonly status: string
}

const receipt = z.object({
  id: z.string().min(1).max(100),
  reference: z.string().nullable(),
  status: z.string().max(100),
})

/** Undefined for what is none. What a parser says of it could quote it. */
export function receiptIn(body: string): Receipt | undefined {
  try {
    return receipt.safeParse(JSON.parse(body)).data
  } catch {
    return undefined
  }
}
