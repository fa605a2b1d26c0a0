import { z } from 'zod'
import { targetNameShape } from '../../contracts/index.js'

export const targetName = z
  .string()
  .regex(targetNameShape, 'must be small letters, digits and hyphens, 40 at most')
