import { Controller, Get, Header, Inject } from '@nestjs/common'
import { Registry } from 'prom-client'
import { countedRegistry } from '../../telemetry/index.js'
import { ScrapedGauges } from './scraped-gauges.js'

/** The registry of what prom-client says of the process. */
export const PROCESS_METRICS = Symbol('process metrics')

@Controller()
export class ScrapeController {
  private readonly counted = countedRegistry()

  constructor(
    private readonly gauges: ScrapedGauges,
    @Inject(PROCESS_METRICS) private readonly ofProcess: Registry,
  ) {}

  /** Everything this service counted, its process, and what can be found out at the moment; 200 whatever is away. */
  @Get('metrics')
  @Header('content-type', Registry.PROMETHEUS_CONTENT_TYPE)
  async metrics(): Promise<string> {
    const parts = [this.counted.metrics(), this.ofProcess.metrics(), this.gauges.text()]
    return (await Promise.all(parts)).join('\n')
  }
}
