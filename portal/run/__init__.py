"""Starting the portal: the embedded database, the web server, and the version of the code."""
