import { runService } from '#shared/service'
import { AppModule } from './app.module.js'

await runService(AppModule, { name: 'payment-run', port: 3107 })
