/**
 * Of each folder of src the tests that are about it, by their globs. A mutant runs against these alone, so that the
 * tests of one folder take seconds; a folder without a row of its own belongs to the row of the folder above it.
 */
export const TESTS_OF: Readonly<Record<string, readonly string[]>> = {
  src: ["test/errors.test.ts", "test/schema/**/*.test.ts", "test/catalog/hostile.test.ts"],
  "src/data": [
    "test/data/**/*.test.ts",
    "test/invoice/identity.test.ts",
    "test/catalog/hostile.test.ts",
  ],
  "src/money": [
    "test/money/!(isolation).test.ts",
    "test/catalog/decimals.test.ts",
    "test/errors.test.ts",
  ],
  "src/time": ["test/time/**/*.test.ts"],
  "src/schema": ["test/schema/**/*.test.ts", "test/catalog/**", "test/errors.test.ts"],
  "src/pricing": ["test/pricing/**/*.test.ts", "test/catalog/{decimals,models,tiers}.test.ts"],
  "src/catalog": ["test/catalog/**/*.test.ts"],
  "src/subscription": ["test/subscription/**/*.test.ts"],
  "src/usage": ["test/usage/**/*.test.ts"],
  "src/usage/outcomes": [
    "test/usage/outcomes/**/*.test.ts",
    "test/usage/{signals,summary-outcomes}.test.ts",
    "test/invoice/{adjustments,guarantee,open-outcomes,outcomes,outcomes-between-segments}.test.ts",
    "test/invoice/{original-price,original-price-corrections,provisional,rerate}.test.ts",
    "test/invoice/{run-off-documents,history,rests,upcoming,document-oracle}.test.ts",
  ],
  "src/invoice": ["test/invoice/**/*.test.ts"],
  // Without the laws over whole lives, which take seconds for each mutant that survives them.
  "src/invoice/history": [
    "test/invoice/history/*.test.ts",
    "test/invoice/{adjustments,chain,changes,closed-periods,concessions,coupons,credit-note}.test.ts",
    "test/invoice/{credits,document-oracle,documents-over-time,drawdown,free-units,history}.test.ts",
    "test/invoice/{identity,in-advance,interim,late-changes,moved-boundaries,open-outcomes}.test.ts",
    "test/invoice/{original-price,original-price-corrections,previous,recorded-fields}.test.ts",
    "test/invoice/{rerate,rests,revisions,taxes,terms}.test.ts",
  ],
  "src/invoice/steps": [
    "test/invoice/steps/*.test.ts",
    "test/invoice/{adjustments,carry-over,changes,closed-periods,concessions,coupons,credit-note}.test.ts",
    "test/invoice/{credits,discounts,document-oracle,drawdown,free-units,guarantee}.test.ts",
    "test/invoice/{history,in-advance,interim,limits,original-price,outcomes}.test.ts",
    "test/invoice/{outcomes-between-segments,plan-grants,pricing-units,proration,request}.test.ts",
    "test/invoice/{rerate,reset-cycle,rests,rounding,run-off-documents,shared-limits,taxes,terms}.test.ts",
    "test/invoice/worked.test.ts",
  ],
  "src/simulate": ["test/simulate/**/*.test.ts"],
  "src/run": ["test/run/**/*.test.ts"],
  "src/describe": ["test/catalog/json-schema.test.ts"],
  "src/testing": ["test/testing/**/*.test.ts"],
  "src/import": ["test/import/**/*.test.ts"],
};
