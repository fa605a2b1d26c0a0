import { Global, Module, type DynamicModule } from '@nestjs/common'
import type { Environment } from '../../config/index.js'
import { InfoController } from './info.controller.js'
import { ServiceInfo } from './service-info.js'

/** `GET /info`: which build of which service answers here. */
@Global()
@Module({})
export class InfoModule {
  static for(name: string, env: Environment): DynamicModule {
    return {
      module: InfoModule,
      controllers: [InfoController],
      providers: [{ provide: ServiceInfo, useValue: new ServiceInfo(name, env) }],
      exports: [ServiceInfo],
    }
  }
}
