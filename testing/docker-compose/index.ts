export { dockerCompose, findDockerCompose, type ComposeAnswer } from './docker-compose.js'
