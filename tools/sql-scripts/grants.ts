import type { Right, Rights } from '../statements/index.js'

export const roles = {
  worker: 'hwpv_async_worker',
  console: 'hwpv_async_console',
  webApp: 'hwpv_async_web_app',
} as const
export type Role = (typeof roles)[keyof typeof roles]

/** The statements that make the role and give it its rights; those it had before and needs no more are taken away. */
export function grants(name: Role, rights: Rights): string {
  const role = `"${name}"`
  return [
    `if database_principal_id(N'${name}') is null create role ${role};`,
    'declare @taken nvarchar(max) = (',
    "  select string_agg(cast(N'revoke ' + permission_name + N' on object::' + quotename(object_schema_name(major_id))",
    `    + N'.' + quotename(object_name(major_id)) + N' from ${role};' as nvarchar(max)), N' ')`,
    '  from sys.database_permissions',
    `  where class = 1 and minor_id = 0 and grantee_principal_id = database_principal_id(N'${name}')`,
    ');',
    'exec (@taken);',
    ...Object.entries(rights).map(([table, granted]) => grant(table, granted, role)),
  ].join('\n')
}

const grant = (table: string, granted: readonly Right[], role: string): string =>
  `grant ${granted.join(', ')} on object::"${table.replace('.', '"."')}" to ${role};`
