/** Whether the tests' databases are on a SQL Server (`DATABASE_TESTS=mssql`), not in files. */
export const onServer = process.env.DATABASE_TESTS === 'mssql'
