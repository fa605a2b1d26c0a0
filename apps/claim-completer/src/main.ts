import { runService } from '#shared/service'
import { AppModule } from './app.module.js'

await runService(AppModule, { name: 'claim-completer', port: 3102 })
