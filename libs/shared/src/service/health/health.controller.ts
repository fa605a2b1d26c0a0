import { Controller, Get } from '@nestjs/common'
import { HealthCheck, HealthCheckService, type HealthCheckResult } from '@nestjs/terminus'
import { ServiceHealth } from './service-health.js'

@Controller()
export class HealthController {
  constructor(
    private readonly checks: HealthCheckService,
    private readonly health: ServiceHealth,
  ) {}

  @Get('ping')
  ping(): string {
    return 'pong'
  }

  /** The process answers: nothing that a restart would not mend is asked. */
  @Get('health/liveness')
  liveness(): { status: string } {
    return { status: 'ok' }
  }

  /** Fails where this process is not as it should be, and not for what is away from all: a roll-out goes on. */
  @Get('health/rollout')
  @HealthCheck()
  rollout(): Promise<HealthCheckResult> {
    return this.checks.check([() => this.health.inOrder()])
  }

  /** Fails while NATS or the database is away, and recovers by itself. */
  @Get('health/readiness')
  @HealthCheck()
  readiness(): Promise<HealthCheckResult> {
    return this.checks.check([
      () => this.health.service(),
      () => this.health.natsServer(),
      () => this.health.fetching(),
      () => this.health.database(),
      ...this.health.needs,
    ])
  }

  @Get('health')
  @HealthCheck()
  all(): Promise<HealthCheckResult> {
    return this.checks.check([
      () => this.health.service(),
      () => this.health.natsServer(),
      () => this.health.fetching(),
      () => this.health.database(),
      ...this.health.needs,
      () => this.health.streams(),
      () => this.health.consumers(),
    ])
  }
}
