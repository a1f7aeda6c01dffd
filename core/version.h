/* SPDX-License-Identifier: MIT */
/* The version every program, page and header reports. */
#ifndef CORE_VERSION_H
#define CORE_VERSION_H

#define ROBIN_VERSION "0.1.0"
#define ROBIN_DATE    "November 20, 2026" /* of the man pages */

#endif
