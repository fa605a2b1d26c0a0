import { runService } from '#shared/service'
import { AppModule } from './app.module.js'

await runService(AppModule, { name: 'task-relay', port: 3101 })
