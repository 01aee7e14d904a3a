-- Our own temporary text: every value quoted, NULL empty and unquoted, the row number first. One thread, so that the
-- order of the rows is the order of the file.
FROM read_csv(
  $file,
  auto_detect = false, header = false, columns = struct_pack({{columns}}),
  delim = ',', quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false, new_line = '\n', comment = '',
  strict_mode = true, null_padding = false, ignore_errors = false, hive_partitioning = false,
  compression = 'none', parallel = false, max_line_size = $line_size_max, buffer_size = $buffer_size
)
