// Package load is what store.load needs: a [Loader] loads the records of a store,
// all or those of its conditions, a [Follower] those that were saved since the
// last time.
//
// Stores that can do more than [flow.Store] asks for implement [Matcher] (they
// find records by the values of fields) or [Journal] (they know the order of their
// saves).
package load
