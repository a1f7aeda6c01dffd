/* SPDX-License-Identifier: MIT */
/* What the name of a block device says.  Pure. */
#ifndef COLLECTORS_DISKNAME_H
#define COLLECTORS_DISKNAME_H

#include <stdbool.h>

/*
 * Whether name is a part of the disk whole: sda1 of sda, nvme0n1p2 of
 * nvme0n1, mmcblk0boot0 of mmcblk0.  False when whole is empty.
 */
bool diskname_is_part(const char *name, const char *whole);

/*
 * Devices whose traffic is that of others, or no disk's: loop, ram, zram, sr,
 * fd, dm-, and the paths below a multipath NVMe (nvme0c0n1).
 */
bool diskname_is_left_out(const char *name);

#endif
