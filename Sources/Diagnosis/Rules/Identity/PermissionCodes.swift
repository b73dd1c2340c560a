// The codes with which permission callbacks of WordPress core refuse. Core gives them the status that tells the two
// cases apart: rest_authorization_required_code() is 403 for a logged-in user and 401 for nobody.

/// Codes whose status says whether anybody was logged in.
enum PermissionCodes {
    static let core: Set<String> = [
        "rest_forbidden", "rest_forbidden_context", "rest_forbidden_status", "rest_forbidden_author",
        "rest_cannot_create", "rest_cannot_create_user", "rest_cannot_edit", "rest_cannot_edit_others",
        "rest_cannot_edit_roles", "rest_cannot_update", "rest_cannot_delete", "rest_cannot_read", "rest_cannot_view",
        "rest_cannot_publish", "rest_cannot_assign_sticky", "rest_cannot_assign_term", "rest_cannot_manage_templates",
        "rest_cannot_view_plugins", "rest_cannot_manage_plugins", "rest_cannot_view_plugin", "rest_cannot_view_themes",
        "rest_cannot_view_active_theme", "rest_cannot_read_application_passwords",
        "rest_cannot_list_application_passwords", "rest_cannot_create_application_passwords",
        "rest_cannot_delete_application_passwords", "rest_user_cannot_view", "rest_user_cannot_delete_post",
        "rest_not_logged_in",
    ]
}

extension Facts {
    /// Whether WordPress refused with a permission code of core and this status.
    func isPermissionRefusal(_ status: Int) -> Bool {
        originStatus == status && body.code.map(PermissionCodes.core.contains) == true
    }
}
