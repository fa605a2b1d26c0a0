import { z } from 'zod'
import { targetNameShape } from '../../contracts/index.js'

export const targetName = z.string().regex(targetNameShape)
