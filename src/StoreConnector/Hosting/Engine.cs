using StoreConnector.Storage;

namespace StoreConnector.Hosting;

/// <summary>Puts the engine in that was chosen.</summary>
internal static class Engine
{
    public static IServiceCollection AddEngine(this IServiceCollection services, ServiceSettings settings) =>
        settings.Engine switch
        {
            EngineSettings.Azure(var account, var prefix) =>
                services.AddAzure(account, prefix, span => span / settings.Clock.Speed),
            _ => services.AddSqlite(settings.Path!),
        };
}
