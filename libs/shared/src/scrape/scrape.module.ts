import { Global, Module } from '@nestjs/common'
import { collectDefaultMetrics } from 'prom-client'
import { Log } from '../logging/index.js'
import { registry } from '../telemetry/index.js'
import { MissingIndexes } from './missing-indexes.service.js'
import { ScrapeController } from './scrape.controller.js'
import { ScrapedGauges } from './scraped-gauges.js'
import { ServiceGauges } from './service-gauges.js'

/** `GET /metrics`, and the place where a service adds gauges of its own. */
@Global()
@Module({
  controllers: [ScrapeController],
  providers: [
    { provide: ScrapedGauges, useFactory: (log: Log) => new ScrapedGauges(log), inject: [Log] },
    ServiceGauges,
    MissingIndexes,
  ],
  exports: [ScrapedGauges],
})
export class ScrapeModule {
  constructor() {
    // Once for the process: tests run several services in one.
    if (!registry.getSingleMetric('process_cpu_seconds_total')) collectDefaultMetrics({ register: registry })
  }
}
