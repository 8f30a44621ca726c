"""Evidence: one file per subscription that answers a court from itself alone, and the chain that links all of them.

`contents` says what goes in as plain values, `packing` writes a pack, `verifying` judges one without a database,
`chain` is the arithmetic of the chain. Nothing here reads a table, a setting or the clock.
"""
