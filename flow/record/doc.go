// Package record reads, writes and describes records. Generated records are made
// of its functions and import nothing else of the runtime.
//
//   - JSON: a [Codec] reads and writes a value; Encode… and Decode… are those of
//     single types, [ListOf], [MapOf] and [CodecOf] make those of others. A
//     [Payload] is a value as the body of an HTTP message or an MQTT payload, a
//     [Content] what a built-in sends of it.
//   - CSV: a [CSV] codec is made of the cells of its columns; [CSVRows] reads the
//     rows of a file.
//   - Rows of databases: a [Schema] describes a record to stores, a [Value] is a
//     field as a store holds it, and Scan… takes it back. [Match] and
//     [Schema.Filter] compare fields.
//   - Texts of field values, for templates: [TimeText] and its like.
//
// An error says at which field of which record it happened.
package record
