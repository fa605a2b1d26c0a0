import { addYears, dayOf, type LocalDay } from '#shared/clock'
import { type ApprovalRule, failure } from './approval-rule.js'
import { displayDay } from './text.js'

/** The claimable year begins on the anniversary of the earliest previous journey. */
export const hasClaimedLessThanMaxTimesThisYear: ApprovalRule = {
  name: 'has-claimed-less-than-max-times-this-year',
  check: ({ now, claim, previousClaims, settings }) => {
    const previousDays = previousClaims.map((previous) => dayOf(previous.DateOfJourney)).sort()
    const earliest = previousDays[0]
    if (earliest === undefined) return undefined
    const from = latestAnniversary(earliest, dayOf(now))
    const to = addYears(from, 1)
    const inYear = [...previousDays, dayOf(claim.DateOfJourney)].filter((day) => day >= from && day < to)
    if (inYear.length <= settings.maxClaimsPerYear) return undefined
    return failure('This claimant has claimed more than the maximum number of times this year', {
      'Claim ref': claim.Reference,
      'Year from': displayDay(from),
      'Claims in it': inYear.length,
      Maximum: settings.maxClaimsPerYear,
    })
  },
}

/** The latest anniversary on or before today; for a day still to come, that is one before the day itself. */
function latestAnniversary(day: LocalDay, today: LocalDay): LocalDay {
  const years = Number(today.slice(0, 4)) - Number(day.slice(0, 4))
  const thisYears = addYears(day, years)
  return thisYears <= today ? thisYears : addYears(day, years - 1)
}
