import { describe, expect, it } from 'vitest'
import { nameOf, rolesOf, saysRoles } from './roles.rules.js'

const names = { claim: 'roles', viewer: 'see', operator: 'do', finance: 'pay' }

describe('the roles of somebody', () => {
  it.each([
    [['see'], ['viewer']],
    [
      ['do', 'pay'],
      ['operator', 'finance'],
    ],
    ['see do', ['viewer', 'operator']],
    [['SEE', 'other'], []],
    [[{ see: true }, 1, null], []],
    [undefined, []],
    [{ see: true }, []],
  ])('%j are %j', (roles, known) => {
    expect(rolesOf({ roles }, names)).toEqual(known)
  })

  it('may stand deeper, or under a name with dots', () => {
    expect(rolesOf({ realm: { roles: ['do'] } }, { ...names, claim: 'realm.roles' })).toEqual(['operator'])
    expect(rolesOf({ 'https://x.y/roles': 'do' }, { ...names, claim: 'https://x.y/roles' })).toEqual([
      'operator',
    ])
    expect(rolesOf({ realm: null }, { ...names, claim: 'realm.roles' })).toEqual([])
    expect(rolesOf({}, { ...names, claim: 'constructor.name' })).toEqual([])
  })

  it('are said or not said', () => {
    expect([saysRoles({ roles: [] }, names), saysRoles({}, names)]).toEqual([true, false])
  })
})

describe('the name of somebody', () => {
  it.each([
    [{ sub: '7', preferred_username: 'ada' }, 'ada'],
    [{ sub: '7', user_name: 'ADA_GEN' }, 'ADA_GEN'],
    [{ sub: '7' }, '7'],
    [{ preferred_username: 3 }, 'unknown'],
  ])('of %j is %s', (claims, name) => {
    expect(nameOf(claims)).toBe(name)
  })
})
