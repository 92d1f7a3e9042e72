"""What drf-spectacular is told of the API's description. The settings read it: it imports nothing of Django."""

DESCRIPTION = {
    "TITLE": "智慧残联接口",
    "DESCRIPTION": "连云港市残疾人联合会智慧残联信息系统的接口。辖区、权限、号码遮盖和操作日志与网页相同。",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["lianyungang_cdpf.api.access.StaffOnly"],
    "COMPONENT_SPLIT_REQUEST": True,
    # Fields of one name and different choices: what the description calls each.
    "ENUM_NAME_OVERRIDES": {
        "RollState": "subsidies.models.Roll.State",
        "ImportState": "lianyungang_cdpf.intake.models.ImportJob.State",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "lianyungang_cdpf.api.description.with_descriptions",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"docExpansion": "list", "defaultModelsExpandDepth": -1, "validatorUrl": None},
}
