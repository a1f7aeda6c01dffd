/* SPDX-License-Identifier: MIT */
/*
 * Keeps a few programs running: starts them again with a growing pause when
 * they end, passes signals on, and ends them all within STOP_MS even when one
 * hangs.  Each child leads a process group of its own and is told to end when
 * this process dies, however it dies.
 */
#ifndef CLI_SUPERVISE_H
#define CLI_SUPERVISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "cli/relay.h"
#include "core/err.h"

#define SUPERVISE_ARGS 16
#define SUPERVISE_MAX  12

/* One program to keep running.  What stands before pid is the caller's. */
struct supervised {
	const char *name;		  /* for people: "store" */
	const char *argv[SUPERVISE_ARGS]; /* argv[0]: absolute path */
	const char *folder; /* to work in; NULL: where robin was started */
	bool foreign;	    /* writes plain lines: they become log lines */
	bool reloads;	    /* SIGHUP reloads it and SIGUSR1 opens its logs
			     * anew; others are started again at SIGHUP */
	pid_t pid;	    /* 0: not running */
	int64_t started_boot_ms, due_boot_ms; /* next start, when not running */
	unsigned failures;		      /* in a row */
	bool expected; /* its end was asked for; start it again at once */
	struct relay relay;
};

struct supervisor {
	struct supervised list[SUPERVISE_MAX];
	size_t n;
	/*
	 * Called every tick (100 ms) until it returns true; may block for a
	 * small part of one.
	 */
	bool (*tick)(void *arg);
	/* Called at SIGHUP; false: go on with what is running. */
	bool (*reload)(void *arg);
	void *arg; /* of both */
	/* internal */
	int signals; /* signalfd */
	bool stopping, ticked;
	int64_t stop_boot_ms, tick_boot_ms; /* the next tick */
	int stop_signal;
};

/* Adds a program whose argv is words up to NULL (borrowed); NULL when there
 * are too many.  The caller may fill in folder and foreign. */
struct supervised *supervise_add(struct supervisor *s, const char *name,
				 const char *const *words, struct err *err);

/*
 * Runs until SIGTERM, SIGINT or SIGQUIT; then everything it started is gone.
 * SIGHUP takes a new configuration into use, SIGUSR1 is passed on.  0, or -1
 * when it could not begin.
 */
int supervise_run(struct supervisor *s, struct err *err);

#endif
