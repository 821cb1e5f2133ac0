// Package cron reads the schedules of pipelines and says when they are due. The
// compiler checks a schedule with it, the runtime follows it: both read the same
// language. It imports nothing of this module.
//
// A schedule is five fields: minute, hour, day, month and weekday. A field is a
// number, a range (10-20), a step over all or over a range (*/15, 8-18/2), or a
// list of these. Months and weekdays also have names (jan, mon); 0 and 7 are
// Sunday. Where both day and weekday leave days out, a day fits if either does,
// as crontab(5) and POSIX have it. All else that some crons take is refused:
// names for whole schedules (@daily), seconds, years, L, W, #, ?, H, ranges that
// run backwards, a step behind a single number.
//
// # The days of a clock change
//
// A schedule that names hours is due at times of day, each of them once: at the
// first moment at which the clock of the zone shows it or a later time. That is
// the time itself on almost all days; where the clock is set forward over it,
// the moment of the change; where it stands twice, the first time.
//
// A schedule that takes every hour goes by elapsed time instead: it is due
// whenever the clock shows a time that fits, again in an hour that stands twice
// and not at all in one that is left out.
package cron
