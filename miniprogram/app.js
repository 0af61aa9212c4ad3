// Nothing is done at launch: a person logs in by the first thing they ask for.
App({})
