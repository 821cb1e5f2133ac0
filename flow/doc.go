// Package flow is the face of the runtime: what generated wiring says, and what
// the functions of users call. Generated code is straight-line: a pipeline is a
// function that calls the stages one after the other.
//
// In stage functions:
//
//   - errors: [Skip], [Refuse], [Permanent], [RetryAfter], [ErrNotImplemented];
//   - stores: [Reader], [Writer];
//   - the run at hand: [Logger], [Due].
//
// In programs and tests: [Main] and [Exec] run a [Program] of [Flow] values with
// what an [Env] holds, [Open] opens parts of one.
//
// In wiring:
//
//   - a [Setup] resolves settings and gathers what is wrong with them; [OpenStore]
//     opens a [Store] by its [StoreOptions] ([Mode], [Keep]) with a [Driver],
//     [NewStage] makes a [Stage] of its [StageOptions] ([Retry], [OnError]), and
//     [ConnectionOptions], [TLSFiles] and [Header] are what connections are made of;
//   - [Run], [Poll], [Receive] and [Answer] register a pipeline, by its
//     [PipelineOptions], with a [Trigger], or with a [Source] ([Delivery], [Ender])
//     or a [Poller];
//   - a [Batch] carries values and remembers which record of the source each came
//     from. [Call], [CallList], [Map], [MapItems], [MapItemLists], [Do] and [DoItems]
//     apply a stage to it, [Save], [SaveItems], [Replace] and [ReplaceItems] a store;
//     [Branches], [Fork], [Join], [JoinItems], [Split], [SplitItems] and [Pair] are
//     those of groups.
//
// Records are read and written by package flow/record. Kinds and stores stand on
// flow/driver and live in packages of their own (flow/sqlite, flow/http,
// flow/mqtt, …), so that a service links only what it uses.
package flow
