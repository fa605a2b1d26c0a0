import { Module, type DynamicModule } from '@nestjs/common'
import { OperationsModule } from '#shared/operations'
import { ApiController } from './api/api.controller.js'
import { ApiParts } from './api/api-parts.js'
import { ConsoleSettings } from './console.settings.js'
import { ErrorFilter } from './http/error.filter.js'
import { HealthController } from './http/health.controller.js'
import { ActionsController } from './pages/actions.controller.js'
import { DoController } from './pages/do.controller.js'
import { FailuresController } from './pages/failures.controller.js'
import { FlowsController } from './pages/flows.controller.js'
import { FormController } from './pages/form.controller.js'
import { HeldUpController } from './pages/held-up.controller.js'
import { JobsController } from './pages/jobs.controller.js'
import { NowController } from './pages/now.controller.js'
import { PaymentsController } from './pages/payments.controller.js'
import { ReplayController } from './pages/replay.controller.js'
import { SearchController } from './pages/search.controller.js'
import { SignInController } from './pages/sign-in.controller.js'
import { StreamsController } from './pages/streams.controller.js'
import { TargetsController } from './pages/targets.controller.js'
import { TasksController } from './pages/tasks.controller.js'
import { WebhooksController } from './pages/webhooks.controller.js'
import { LetterIndex } from './snapshot/letter-index.service.js'
import { Outcomes } from './snapshot/outcomes.service.js'
import { Snapshots } from './snapshot/snapshots.service.js'
import { Views } from './views.js'
import { IdentityProvider } from './who/identity-provider.js'

/** The pages and the API of the operator's console. */
@Module({})
export class ConsoleModule {
  /** @param provider none where everybody who reaches the machine itself is the local user */
  static for(settings: ConsoleSettings, provider: IdentityProvider | undefined): DynamicModule {
    return {
      module: ConsoleModule,
      imports: [OperationsModule],
      controllers: [
        HealthController,
        SignInController,
        NowController,
        FailuresController,
        SearchController,
        HeldUpController,
        TasksController,
        PaymentsController,
        JobsController,
        FlowsController,
        WebhooksController,
        TargetsController,
        ActionsController,
        ReplayController,
        StreamsController,
        FormController,
        DoController,
        ApiController,
      ],
      providers: [
        { provide: ConsoleSettings, useValue: settings },
        { provide: IdentityProvider, useValue: provider ?? null },
        Views,
        ErrorFilter,
        Snapshots,
        LetterIndex,
        Outcomes,
        ApiParts,
      ],
    }
  }
}
