/* SPDX-License-Identifier: MIT */
/* The manifest of a backup: refused, or every name stays inside. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "rrd/backup_manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct manifest m;
	struct err err = {0};

	if (manifest_parse(&m, (const char *)data, size, &err) != 0)
		return err.code == ERR_CORRUPT || err.code == ERR_NOMEM
			   ? 0
			   : (abort(), 0);
	for (size_t i = 0; i < m.n_entries; i++) {
		const char *name = m.entries[i].name;

		if (name[0] == '/' || strstr(name, "//") != NULL ||
		    strncmp(name, "../", 3) == 0 ||
		    strstr(name, "/../") != NULL ||
		    manifest_find(&m, name) != &m.entries[i])
			abort();
	}
	manifest_free(&m);
	return 0;
}
