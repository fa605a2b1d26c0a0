import { describe, expect, it } from 'vitest'
import { mayBeApproved } from './approve-waiting-claims.rules.js'

const claim = { Status: 'NEW', DateApproved: null, PaymentStatus: null }

describe('a claim that waits for the daily run', () => {
  it.each(['NEW', 'PENDING', 'UPDATED', 'REQUEST-INFORMATION', 'request_information'])(
    'is approved if it is %s by then',
    (Status) => expect(mayBeApproved({ ...claim, Status })).toBe(true),
  )

  it.each([
    ...['APPROVED', 'AUTO-APPROVED', 'auto_approved', 'REJECTED', 'APPROVED-ADVANCE-CLOSED'],
    ...['APPROVED_ADVANCE_CLOSED', 'REQUEST-INFO-PAYMENT', 'REFERENCE-DISABLED'],
  ])('is not if it is %s', (Status) => expect(mayBeApproved({ ...claim, Status })).toBe(false))

  it.each([{ DateApproved: '2024-03-13 21:00:00' }, { PaymentStatus: 'PROCESSED' }])(
    'is not if it was approved or paid: %j',
    (columns) => expect(mayBeApproved({ ...claim, ...columns })).toBe(false),
  )
})
