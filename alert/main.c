/* SPDX-License-Identifier: MIT */
/*
 * robin-alert: judges every series by its rules and tells people.  Without a
 * subcommand it is the daemon, the only writer of events.db.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "alert/command.h"
#include "alert/service.h"
#include "core/clock.h"
#include "core/log.h"

static const struct program_word commands[] = {
    {"list", do_list},	   {"silence", do_silence},   {"ack", do_ack},
    {"events", do_events}, {"test", do_test},	      {"check", do_check},
    {"rules", do_rules},   {"backtest", do_backtest},
};

static volatile int stop, reload;

static void
on_signal(int signal)
{
	if (signal == SIGHUP)
		reload = 1;
	else
		stop = 1;
}

static void
catch_signals(void)
{
	struct sigaction a = {.sa_handler = on_signal};

	(void)sigemptyset(&a.sa_mask);
	(void)sigaction(SIGTERM, &a, NULL);
	(void)sigaction(SIGINT, &a, NULL);
	(void)sigaction(SIGHUP, &a, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
}

static void
note(const char *what, const struct err *err)
{
	log_line(LOG_LEVEL_WARN, err, NULL, "%s", what);
}

static void
note_delivery(const char *channel, const struct err *err)
{
	log_line(LOG_LEVEL_WARN, err, NULL, "channel %s: not delivered",
		 channel);
}

static int
run_once(struct service *s, struct err *err)
{
	int64_t begin_boot_ms = clock_boot_ms();

	if (service_look(s, err) != 0)
		return program_fail(err, "look failed");
	log_info("looked at %zu alerts of %zu series in %lld ms",
		 s->engine.n_alerts, s->engine.n_series,
		 (long long)(clock_boot_ms() - begin_boot_ms));
	if (service_deliver(s, clock_boot_ms() + DELIVER_DEADLINE_MS, &stop,
			    err) != 0)
		return program_fail(err, "delivery failed");
	return EXIT_OK;
}

/* A failed look is logged once, not every ten seconds. */
static void
note_look(int rc, const struct err *err)
{
	static bool failed;

	if (rc != 0 && !failed)
		log_error(err, "look failed");
	else if (rc == 0 && failed)
		log_info("looking again");
	failed = rc != 0;
}

static int
serve(struct service *s, struct err *err)
{
	int64_t step_ms, next_boot_ms = clock_boot_ms();

	log_info("watching %s", s->state);
	while (!stop) {
		note_look(service_look(s, err), err);
		step_ms = (int64_t)s->settings->interval_s * 1000;
		next_boot_ms += step_ms;
		if (next_boot_ms < clock_boot_ms())
			next_boot_ms = clock_boot_ms() + step_ms;
		if (service_deliver(s, next_boot_ms, &stop, err) != 0) {
			note("delivery failed", err);
			(void)clock_sleep_until(clock_boot_ms() + 1000);
		}
		if (!reload)
			continue;
		reload = 0;
		if (service_reload(s, err) != 0)
			note("the alert file is wrong: the old one holds", err);
		s->deliver.note = note_delivery;
	}
	log_info("stopped");
	return EXIT_OK;
}

static int
run(struct common *c, bool once, struct err *err)
{
	static struct service s;
	int rc;

	s.state = c->program.state;
	s.file = c->rules;
	s.once = once;
	s.note = note;
	(void)snprintf(s.site, sizeof(s.site), "%s", c->program.conf.site_url);
	if (service_open(&s, err) != 0)
		return program_fail(err, "cannot start");
	s.deliver.note = note_delivery;
	catch_signals();
	rc = once ? run_once(&s, err) : serve(&s, err);
	service_close(&s);
	return rc;
}

int
main(int argc, char **argv)
{
	static struct common c;
	bool once = false;
	const struct opt opts[] = {
	    COMMON_OPTS(&c),
	    {.name = "once",
	     .type = OPT_FLAG,
	     .help = "Look once, send what is due, and exit",
	     .value = &once},
	};
	const struct opt_command cmd = {
	    .name = "robin-alert",
	    .synopsis = "",
	    .brief = "judge every series by its rules and tell people",
	    .about =
		"Watches what collectors store, by built-in rules and those "
		"of the alert file, and sends messages to its channels.  It "
		"is the only writer of events.db.  Subcommands: list, "
		"silence, ack, events, test, check, rules, backtest.",
	    .opts = opts,
	    .n_opts = sizeof(opts) / sizeof(opts[0]),
	};
	struct err err = {0};
	int rc;

	log_init("robin-alert", LOG_LEVEL_INFO);
	if (program_word(commands, sizeof(commands) / sizeof(commands[0]), argc,
			 argv, &rc))
		return rc;
	if (common_start(&c, &cmd, argc, argv, &err) < 0)
		return opt_fail(&cmd, &err);
	return run(&c, once, &err);
}
