#!/bin/sh
# Stands where Prisma looks for its native schema engine, which this project never downloads.
# `prisma generate`, `validate` and `format` only check that the file exists. Everything that
# would really run it must fail loudly, never succeed by doing nothing.
echo "Matchbook does not use Prisma's native schema engine: run npm run db:migrate, db:diff or db:drift instead." >&2
exit 1
