import { runService } from '#shared/service'
import { AppModule } from './app.module.js'

await runService(AppModule, { name: 'notifier', port: 3104 })
