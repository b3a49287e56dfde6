"""Who there is and who may: directories, businesses and their names, users and staff, apps, tokens, the doorkeeper."""
