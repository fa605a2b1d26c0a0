import { Injectable } from '@nestjs/common'
import { ApprovalConfigs } from '../../approval-configs.repository.js'
import { ClaimCompleterSettings } from '../../claim-completer.settings.js'
import { DirectionsClient } from './directions.client.js'
import {
  costOf,
  journeysToCost,
  ratePerMile,
  type ExpenseRow,
  type JourneyCost,
  type JourneyPlaces,
} from './journey-costs.rules.js'

/** Costs a claim's car journeys. Domain: `approval.md`, "Journey costs". */
@Injectable()
export class JourneyCosts {
  private readonly directions: DirectionsClient

  constructor(
    private readonly settings: ClaimCompleterSettings,
    private readonly configuration: ApprovalConfigs,
  ) {
    this.directions = new DirectionsClient(settings.directions.url, settings.directions.key)
  }

  /** Asks for all routes at once. A failing API costs the journeys at nothing; the claim goes on. */
  async of(
    expenses: readonly ExpenseRow[],
    places: JourneyPlaces,
    signal: AbortSignal,
  ): Promise<JourneyCost[]> {
    const journeys = this.settings.directions.enabled ? journeysToCost(expenses, places) : []
    if (!journeys.length) return []
    const perMile = ratePerMile(places.visitorCountry, {
      perMile: (await this.configuration.current()).costPerMile,
      perMileEnglandAndWales: this.settings.costPerMileEnglandAndWales,
    })
    return Promise.all(
      journeys.map(async (journey) => {
        const metres = await this.directions.metres(journey.from, journey.to, signal)
        return costOf(journey, metres, perMile, this.settings.maxMiles)
      }),
    )
  }
}
