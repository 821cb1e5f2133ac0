// Package disk makes files durable and keeps them to one process: what the
// stores and sources that live in files share.
package disk
