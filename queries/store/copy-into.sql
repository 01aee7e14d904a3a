VACUUM INTO $target
