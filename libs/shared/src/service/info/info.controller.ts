import { Controller, Get } from '@nestjs/common'
import { ServiceInfo, type Info } from './service-info.js'

@Controller()
export class InfoController {
  constructor(private readonly service: ServiceInfo) {}

  @Get('info')
  info(): Info {
    return this.service.now()
  }
}
