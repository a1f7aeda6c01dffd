/* SPDX-License-Identifier: MIT */
/*
 * What a process gives up before it touches outside bytes: new privileges,
 * capabilities, groups of system calls, and, where the kernel has Landlock,
 * writing anywhere but below named places.  A program states what it keeps as
 * one const table.  Nothing of it can be undone, and children inherit it.
 */
#ifndef CORE_CONFINE_H
#define CORE_CONFINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/* System calls by what they are for. */
enum confine_group {
	CONFINE_MACHINE,  /* tracing, mounting, modules, keys, the clock */
	CONFINE_EXEC,	  /* becoming another program */
	CONFINE_FORK,	  /* new processes; threads stay possible */
	CONFINE_INTERNET, /* sockets of any family but AF_UNIX */
	CONFINE_LISTEN,	  /* binding and listening */
	CONFINE_NODES,	  /* making devices and FIFOs */
	CONFINE_LINKS,	  /* making hard and symbolic links */
	CONFINE_OWNERS,	  /* giving files away, becoming another user */
	CONFINE_GROUP__MAX
};

enum confine_answer {
	CONFINE_ALLOW,
	CONFINE_REFUSE, /* EPERM (EACCES for a socket); for what a library may
			 * try and do without */
	CONFINE_KILL,	/* ends the process; for what none of ours ever does */
};

/* What may be written below a place. */
enum {
	CONFINE_FILES = 1,   /* make, write, rename and remove files */
	CONFINE_FOLDERS = 2, /* make folders too */
};

struct confine_place {
	const char *name; /* below the base, "" is the base; or absolute.  One
			   * that is not there when it begins is left out. */
	unsigned may;
};

struct confine {
	enum confine_answer calls[CONFINE_GROUP__MAX];
	/* NULL: writing anywhere.  Renaming into another folder is never
	 * possible within places. */
	const struct confine_place *places;
	size_t n_places;
	uint32_t capabilities; /* kept, of those it has: 1u << CAP_… */
	bool hot; /* a filter that costs less per call and more to make */
};

/*
 * base is the state folder.  -1 when a part of it failed; what came before
 * that part stays given up.
 */
int confine_enter(const struct confine *c, const char *base, struct err *err);

/*
 * The tightest box, for a child that reads foreign bytes: no new privileges,
 * and any system call but these n (SYS_… of <sys/syscall.h>) kills it.
 */
int confine_to(const int *calls, size_t n, struct err *err);

#endif
