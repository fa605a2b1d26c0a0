import { Controller, Get, Header } from '@nestjs/common'
import { registry } from '../telemetry/index.js'
import { ScrapedGauges } from './scraped-gauges.js'

@Controller()
export class ScrapeController {
  constructor(private readonly gauges: ScrapedGauges) {}

  /** Everything counted in this process, and what can be found out at the moment; 200 whatever is away. */
  @Get('metrics')
  @Header('content-type', registry.contentType)
  async metrics(): Promise<string> {
    const [counted, found] = await Promise.all([registry.metrics(), this.gauges.text()])
    return `${counted}\n${found}`
  }
}
