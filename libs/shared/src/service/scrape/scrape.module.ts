import { Global, Module } from '@nestjs/common'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { Log } from '../../logging/index.js'
import { MissingIndexes } from './missing-indexes.service.js'
import { PROCESS_METRICS, ScrapeController } from './scrape.controller.js'
import { ScrapedGauges } from './scraped-gauges.js'
import { ServiceGauges } from './service-gauges.js'

/** `GET /metrics`, and the place where a service adds gauges of its own. */
@Global()
@Module({
  controllers: [ScrapeController],
  providers: [
    { provide: ScrapedGauges, useFactory: (log: Log) => new ScrapedGauges(log), inject: [Log] },
    { provide: PROCESS_METRICS, useFactory: processMetrics },
    ServiceGauges,
    MissingIndexes,
  ],
  exports: [ScrapedGauges],
})
export class ScrapeModule {}

let ofProcess: Registry | undefined

/** Once for the process, which several services may share. */
function processMetrics(): Registry {
  if (!ofProcess) collectDefaultMetrics({ register: (ofProcess = new Registry()) })
  return ofProcess
}
