// Package lsp is a language server for flow.toml and the files that it
// includes: what is wrong as one types, completion, hover, definitions,
// references, rename and formatting.
//
// Data walks one way: [Serve] speaks JSON-RPC and knows what is open in the
// editor; each request is answered from a snapshot, the service as it stands
// at that moment with unsaved texts in place of what is on disk. A text that is
// not TOML while one types is mended first: what is broken in it is blanked, so
// that all else keeps its place.
package lsp
