// Package driver is for those who write a kind of stage or a store: what both
// need beside package flow.
//
// A kind is a type that embeds [flow.Stage] and has a constructor that takes a
// [flow.Setup] and options of its own. The constructor resolves settings and
// connects to nothing:
//
//   - settings: the methods of [flow.Setup]; [Path] and [FilePath] for files, [TLS]
//     for certificates, [NewTemplate] and [NewURLTemplate] for texts with {field},
//     which [InURL], [InHeader], [InJSON], [InTopic] and [Verbatim] make safe for
//     their place;
//   - what is opened before the pipelines run and closed after them: a [Part],
//     registered by [AddPart]; what the flows of a process have in common is made
//     once, by [Share];
//   - a kind that sends says so by [flow.Stage.Sending]; one that waits for its
//     data is a [flow.Source] that keeps to [MaxBatch] and [MaxBatchBytes], and a
//     [flow.Ender] where it ends by itself.
//
// A store is a [flow.Store] and what opens it a [flow.Driver]. [KeyIndex],
// [VersionIndex], [KeyArgs] and [RangeArgs] check its options and arguments,
// [Expiry] says which records are too old, and [Collect] gathers those of Each.
//
// Errors: [flow.Permanent] marks one that another try would not mend, and
// [IsPermanent] finds it; [RefusalOf] is what a stage answered a caller, and
// [ErrNotOpen] what is returned by a store that could not be connected.
package driver
