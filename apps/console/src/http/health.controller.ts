import { Controller, Get } from '@nestjs/common'

/**
 * Whether the console answers. It is ready while it can say what is away: taken out of its load balancer with NATS, it
 * would be missing when it is wanted most.
 */
@Controller()
export class HealthController {
  @Get('ping')
  ping(): string {
    return 'pong'
  }

  @Get(['health', 'health/liveness', 'health/readiness'])
  health(): { status: string } {
    return { status: 'ok' }
  }
}
