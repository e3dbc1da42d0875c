/** Column name -> PostgreSQL type, in the order in which the columns are written. */
export type Columns<Row> = { readonly [Name in keyof Row & string]: string }
