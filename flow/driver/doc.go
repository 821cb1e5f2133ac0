// Package driver is for those who write a kind or a store.
package driver
