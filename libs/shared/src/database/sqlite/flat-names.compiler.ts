import { IdentifierNode, SqliteQueryCompiler, type SchemableIdentifierNode } from 'kysely'

/** SQLite has no schemas: the table `IntSchema.Claim` is `IntSchema_Claim` there. */
export class FlatNamesCompiler extends SqliteQueryCompiler {
  protected override visitSchemableIdentifier({ schema, identifier }: SchemableIdentifierNode): void {
    this.visitNode(schema ? IdentifierNode.create(`${schema.name}_${identifier.name}`) : identifier)
  }
}
