"""Compile once per choice: programs that give the same messages as `mailweave.render`, without compiling and inlining each one."""
